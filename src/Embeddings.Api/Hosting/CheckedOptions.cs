using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Settings that stop the start when they are wrong, with a sentence that names them; a name that nobody reads is wrong too.</summary>
internal static class CheckedOptions
{
    public static void AddCheckedOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(provider =>
            new Check<TOptions>(provider.GetRequiredService<IConfiguration>().GetSection(section)));
    }

    private sealed class Check<TOptions>(IConfigurationSection section) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var names = typeof(TOptions).GetProperties().Select(property => property.Name).ToList();
            var unknown = section.GetChildren()
                .Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                .Select(child => $"{child.Path} is not a setting; in {section.Path} there are {string.Join(", ", names)}.");
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            var problems = unknown.Concat(results.Select(result => result.ErrorMessage!)).ToList();
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
