using System.ComponentModel.DataAnnotations;
using Embeddings.Api.Embedding;

namespace Embeddings.Api.Startup;

/// <summary>Section <c>Models</c>: which models are served, and where their files come from.</summary>
internal sealed class ModelsOptions
{
    /// <summary>
    /// Folder of models that do not come with the program, <c>&lt;model&gt;/model.json</c>: where models are added,
    /// fetched and quantized. It may be missing until then. A relative path begins in the <see cref="HomeFolder"/>.
    /// </summary>
    [Required(ErrorMessage = "Models:Directory is empty; it must name the folder for models that do not come with " +
        "the program.")]
    public string Directory { get; set; } = "data/models";

    /// <summary>Further folders of model files, looked at first.</summary>
    public IList<string> SearchPath { get; } = [];

    /// <summary>The name of the model that serves requests which name no other.</summary>
    [Required(ErrorMessage = "Models:Default is empty; it must be the name of a model.")]
    public string Default { get; set; } = "all-MiniLM-L6-v2";

    /// <summary>
    /// The name of the model that ranks for requests which name none; empty for the first cross-encoder, and if there is
    /// none, the default model.
    /// </summary>
    public string Reranker { get; set; } = "";

    /// <summary>Whether missing files may be fetched from the hub, at the start and by <c>/api/pull</c>.</summary>
    public bool Download { get; set; } = true;

    /// <summary>Which weights are served.</summary>
    public Precision Precision { get; set; }

    /// <summary>The precision as manifests name it; <see langword="null"/> for the model's own choice.</summary>
    internal string? PrecisionName => Precision == Precision.Auto ? null : $"{Precision}".ToLowerInvariant();

    /// <summary>Texts embedded at a time, each by a worker on a thread of its own; 0 for one worker a processor.</summary>
    [Range(0, 1024, ErrorMessage = "Models:Workers must be between {1} and {2}.")]
    public int Workers { get; set; }

    /// <summary>Size of the cache of vectors in megabytes, for each model; 0 for no cache.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Models:CacheMegabytes must be between {1} and {2}.")]
    public int CacheMegabytes { get; set; }

    /// <summary>What a request gets that names an unknown model.</summary>
    public UnknownModel UnknownModel { get; set; }

    /// <summary>Other names → <c>default</c> or a model.</summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase);
}

/// <summary>Which weights of a model are served.</summary>
internal enum Precision
{
    /// <summary>The model's own choice: fp32.</summary>
    Auto,

    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>8-bit integers: about twice as fast; the vectors differ from fp32 in the second digit.</summary>
    Int8,
}
