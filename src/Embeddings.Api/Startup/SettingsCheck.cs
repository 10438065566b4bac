using Embeddings.Api.Access;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// Finds names of settings that nothing reads. In a settings file and on the command line they stop the start. The
/// environment holds variables of other programs too, so a variable that resembles a setting only gets a warning.
/// </summary>
internal static partial class SettingsCheck
{
    /// <exception cref="OptionsValidationException">A name is no setting, or an address cannot be listened
    /// on.</exception>
    public static void CheckSettings(this WebApplication app, IReadOnlyList<string> arguments)
    {
        var known = new KnownSettings(app.Services.GetServices<SettingsSection>());
        var problem = ((IConfigurationRoot)app.Configuration).Providers.OfType<JsonConfigurationProvider>()
            .Select(file => Problem(file, known))
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

    /// <summary>
    /// Finds arguments that the framework would ignore in silence. It reads the command line as the framework does.
    /// </summary>
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
                return $"'{argument}' on the command line belongs to no setting; a setting is --urls " +
                    "http://localhost:9000 or --urls=http://localhost:9000.";
            }

            if (!known.Knows(key) || argument[0] == '-' && dashes == 1)
            {
                return $"{(end < 0 ? argument : argument[..end])} on the command line is not a setting. " +
                    $"{known.Advice(key, end < 0 ? next ?? "" : argument[(end + 1)..])}";
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
        file.GetChildKeys([], null).Except(known.Sections, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault() is { } name
            ? $"{name} in {file.Source.Path} is not a section of settings; there are " +
                $"{string.Join(", ", known.Sections)}."
            : null;

    [LoggerMessage(LogLevel.Warning, "The environment variable {Variable} sets nothing. Did you mean {Setting}?")]
    private static partial void LogNear(ILogger logger, string variable, string setting);
}
