using System.ComponentModel.DataAnnotations;

namespace Embeddings.Api.Models;

/// <summary>Section <c>Models</c>: which models are served, and where their files come from.</summary>
internal sealed class ModelsOptions
{
    /// <summary>Folder of the manifests, <c>&lt;model&gt;/model.json</c>; a relative one is looked for beside the program, then upwards from there.</summary>
    [Required(ErrorMessage = "Models:Directory is empty; it must name the folder of the model manifests.")]
    public string Directory { get; set; } = "models";

    /// <summary>Further folders of model files, looked at first.</summary>
    public IList<string> SearchPath { get; } = [];

    /// <summary><c>auto</c>, or the name of the model that serves requests which name no other.</summary>
    [Required(ErrorMessage = "Models:Default is empty; it must be 'auto' or the name of a model.")]
    public string Default { get; set; } = "auto";

    /// <summary>Whether missing files may be fetched from the hub before serving starts.</summary>
    public bool Download { get; set; } = true;

    /// <summary>What a name that nobody knows gets.</summary>
    public UnknownModel UnknownModel { get; set; }

    /// <summary>Other names → <c>default</c> or a model.</summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a request for a model that nobody knows gets.</summary>
internal enum UnknownModel
{
    /// <summary>404 <c>model_not_found</c>.</summary>
    Reject,

    /// <summary>The default model, named in the reply.</summary>
    ServeDefault,
}
