using Embeddings.Api.Hosting;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Models;

/// <summary>
/// The models this process serves, by every name they have. Chosen once, before serving starts, and the same until the process ends:
/// vectors of two models do not mix, so nothing may change which model a name means while clients are storing vectors.
/// </summary>
internal sealed class ServedModels(
    ModelRegistry catalog, IReadOnlyList<ServedModel> all, ServedModel standard, IDictionary<string, string> aliases, UnknownModel unknown)
    : IDisposable
{
    /// <summary>What an alias may point at to mean <see cref="Default"/>.</summary>
    public const string DefaultAlias = "default";

    /// <summary>Serves requests that name no model, and those that use an OpenAI name.</summary>
    public ServedModel Default => standard;

    /// <summary>Every model whose files are here.</summary>
    public IReadOnlyList<ServedModel> All => all;

    /// <summary>The model of a name: none, an id, a short name or an alias.</summary>
    /// <exception cref="UnknownModelException">Nobody knows the name.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    public ServedModel Resolve(string? name) => Resolve(name, unknown);

    /// <summary>The model of a name, also where names that nobody knows are served by the default: for what cannot be taken back.</summary>
    /// <exception cref="UnknownModelException">Nobody knows the name.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    public ServedModel ResolveKnown(string name) => Resolve(name, UnknownModel.Reject);

    public void Dispose()
    {
        foreach (var model in all)
        {
            model.Dispose();
        }
    }

    private ServedModel Resolve(string? name, UnknownModel whatIfUnknown)
    {
        if (name is null)
        {
            return standard;
        }

        var target = aliases.TryGetValue(name, out var aliased) ? aliased : name;
        if (target == DefaultAlias && aliased is not null)
        {
            return standard;
        }

        if (catalog.Find(target) is not { } manifest)
        {
            return whatIfUnknown == UnknownModel.ServeDefault ? standard : throw new UnknownModelException(name);
        }

        return all.FirstOrDefault(model => model.Manifest == manifest) ?? throw new ModelNotFetchedException(name, manifest.Name);
    }
}

/// <summary>A request names a model that nobody knows.</summary>
internal sealed class UnknownModelException(string name) : Exception($"The model '{name}' does not exist or you do not have access to it.");

/// <summary>A request names a model that is known but whose files are not here.</summary>
internal sealed class ModelNotFetchedException(string name, string model) : Exception(
    $"The model '{name}' is known, but its files are not on this server. Fetch them with " +
    $"'{Invocation.Current.Of($"models pull {model}")}' and restart.");
