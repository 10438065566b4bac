using Embeddings.Api.Access;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// Names that nothing reads, wherever settings come from: a settings file's and the command line's stop the start, since they are this program's
/// alone. The environment has others' variables too, so one that comes near a setting is only warned of.
/// </summary>
internal static partial class SettingsCheck
{
    /// <exception cref="OptionsValidationException">Something names a setting that there is not, or an address that nobody can listen on.</exception>
    public static void CheckSettings(this WebApplication app, IReadOnlyList<string> arguments)
    {
        var known = new KnownSettings(app.Services.GetServices<SettingsSection>());
        var problem = ((IConfigurationRoot)app.Configuration).Providers.OfType<JsonConfigurationProvider>().Select(file => Problem(file, known))
            .Append(Problem(arguments, known))
            .Concat(ListenAddresses.Problems(app.Configuration))
            .FirstOrDefault(problem => problem is not null);
        if (problem is not null)
        {
            throw new OptionsValidationException("", typeof(KnownSettings), [problem]);
        }

        foreach (var variable in Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            if (known.NearVariable(variable) is { } near)
            {
                LogNear(app.Logger, variable, near);
            }
        }
    }

    /// <summary>What the framework would pass over in silence: it reads as the framework does, and wants every word to be of use.</summary>
    internal static string? Problem(IReadOnlyList<string> arguments, KnownSettings known)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var dashes = argument switch
            {
                _ when argument.StartsWith("--", StringComparison.Ordinal) => 2,
                ['-' or '/', ..] => 1,
                _ => 0,
            };
            var end = argument.IndexOf('=', StringComparison.Ordinal);
            var key = end < 0 ? argument[dashes..] : argument[dashes..Math.Max(dashes, end)];
            var next = i + 1 < arguments.Count ? arguments[i + 1] : null;
            if (dashes == 0 && end < 0)
            {
                return $"'{argument}' on the command line belongs to no setting; a setting is --urls http://localhost:9000 or --urls=http://localhost:9000.";
            }

            if (!known.Knows(key) || argument[0] == '-' && dashes == 1)
            {
                return $"{(end < 0 ? argument : argument[..end])} on the command line is not a setting. {known.Advice(key, end < 0 ? next ?? "" : argument[(end + 1)..])}";
            }

            if (end < 0 && next?.StartsWith("--", StringComparison.Ordinal) is null or true)
            {
                return $"{argument} on the command line has no value; write {argument}=value or {argument} value.";
            }

            i += end < 0 ? 1 : 0;
        }

        return null;
    }

    private static string? Problem(JsonConfigurationProvider file, KnownSettings known) =>
        file.GetChildKeys([], null).Except(known.Sections, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } name
            ? $"{name} in {file.Source.Path} is not a section of settings; there are {string.Join(", ", known.Sections)}."
            : null;

    [LoggerMessage(LogLevel.Warning, "The environment variable {Variable} sets nothing. Did you mean {Setting}?")]
    private static partial void LogNear(ILogger logger, string variable, string setting);
}
