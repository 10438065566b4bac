using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// Settings that stop the start when they are wrong, with a sentence that names them. A name that nothing reads is
/// wrong too.
/// </summary>
internal static class CheckedOptions
{
    public static void AddCheckedOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton(new SettingsSection(section, typeof(TOptions)));
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => Bind(options, configuration, section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(provider =>
            new Check<TOptions>(provider.GetRequiredService<IConfiguration>().GetSection(section)));
    }

    private static void Bind<TOptions>(TOptions options, IConfiguration configuration, string name)
    {
        var section = configuration.GetSection(name);
        foreach (var property in typeof(TOptions).GetProperties())
        {
            var setting = section.GetSection(property.Name);
            if (setting.Value is { } value && (value.Length > 0 || property.PropertyType.IsValueType)
                && Problem(property.PropertyType, value) is { } expected)
            {
                throw Wrong<TOptions>($"{setting.Path} is '{value}'; it must be {expected}.");
            }
        }

        section.Bind(options);
        foreach (var property in typeof(TOptions).GetProperties().Where(property => property.PropertyType == typeof(IDictionary<string, string>)))
        {
            // A name may hold colons (all-minilm:latest), which configuration takes for sections. So each value is an
            // entry, and its whole path is the name.
            var entries = (IDictionary<string, string>)property.GetValue(options)!;
            foreach (var (path, value) in section.GetSection(property.Name).AsEnumerable(makePathsRelative: true))
            {
                if (path.Length > 0 && value is not null)
                {
                    entries[path] = value;
                }
            }
        }

        foreach (var property in typeof(TOptions).GetProperties().Where(property => property.PropertyType == typeof(IList<string>)))
        {
            if (section[property.Name] is "" && IsLeftEmpty(configuration, $"{name}:{property.Name}"))
            {
                throw Wrong<TOptions>($"{name}:{property.Name} is empty; give it a value, or leave the setting out.");
            }

            // One environment variable may hold a whole list with commas. It then replaces the list of the settings
            // file.
            if (section[property.Name] is { Length: > 0 } value)
            {
                var list = (IList<string>)property.GetValue(options)!;
                list.Clear();
                foreach (var item in value.Split(',', StringSplitOptions.TrimEntries))
                {
                    list.Add(item);
                }
            }
        }
    }

    // An empty text is a variable or template that was not filled in, and is refused. An empty array is intended;
    // configuration gives the same value for both.
    private static bool IsLeftEmpty(IConfiguration configuration, string key) =>
        ((IConfigurationRoot)configuration).Providers.LastOrDefault(provider => provider.TryGet(
            key, out _)) is { } source
        && !source.GetChildKeys([], key).Any()
        && (source is not JsonConfigurationProvider file || IsText(file.Source, key));

    private static bool IsText(FileConfigurationSource file, string key)
    {
        using var stream = file.FileProvider!.GetFileInfo(file.Path!).CreateReadStream();
        var root = JsonNode.Parse(
            stream,
            new JsonNodeOptions { PropertyNameCaseInsensitive = true },
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return key.Split(':').Aggregate(root, (node, name) => node?[name]) is JsonValue;
    }

    // What the value should have been; null if it is right.
    private static string? Problem(Type type, string value) => type switch
    {
        _ when type == typeof(string) || type == typeof(IList<string>) => null,
        _ when type == typeof(IDictionary<string, string>) =>
            "a list of names, each with its value: add ':' (in the environment '__') and the name",
        { IsEnum: true } =>
            Enum.TryParse(type, value, ignoreCase: true, out var parsed) && Enum.IsDefined(type, parsed)
                ? null
                : OneOf(Enum.GetNames(type)),
        _ =>
            TypeDescriptor.GetConverter(type)
                .IsValid(value) ? null : type == typeof(bool) ? "true or false" : "a whole number",
    };

    private static string OneOf(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static OptionsValidationException Wrong<TOptions>(string sentence) => new("", typeof(TOptions), [sentence]);

    private sealed class Check<TOptions>(IConfigurationSection section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var names = typeof(TOptions).GetProperties().Select(property => property.Name).ToList();
            var unknown = section.GetChildren()
                .Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                .Select(
                    child => KnownSettings.NewName(child.Path) is { } newName
                        ? $"{child.Path} is not a setting; its name is now {newName}."
                        : $"{child.Path} is not a setting; in {section.Path} there are {string.Join(", ", names)}.")
                .ToList();
            if (section.Value is { Length: > 0 } value)
            {
                unknown.Add(
                    $"{section.Path} is '{value}'; it is a section with the settings {string.Join(", ", names)}.");
            }

            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            var problems = unknown.Concat(results.Select(result => result.ErrorMessage!)).ToList();
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
