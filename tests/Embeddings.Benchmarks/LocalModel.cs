using Embeddings.Inference.Models;

namespace Embeddings.Benchmarks;

/// <summary>A model whose files are on this machine.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Files">The folder of its files.</param>
internal sealed record LocalModel(ModelManifest Manifest, string Files)
{
    /// <summary>The models that come with the program, as the build has put them beside the benchmarks.</summary>
    public static string BuiltIn => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The model of the options <c>--model</c>, <c>--models</c> and <c>--precision</c>.</summary>
    /// <param name="options">Of the command line.</param>
    /// <param name="output">Gets a sentence if the model is not here.</param>
    /// <returns>The model; null if it is not here.</returns>
    public static LocalModel? Find(string[] options, TextWriter output)
    {
        var name = options.Option("--model") ?? "all-MiniLM-L6-v2";
        var precision = options.Option("--precision") ?? "fp32";
        string[] folders = options.Option("--models") is { } folder ? [folder, BuiltIn] : [BuiltIn];
        var catalog = ModelCatalog.Read(folders, precision);
        if (catalog.Find(name) is not { } manifest || manifest.Precision != precision)
        {
            output.WriteLine($"There is no model '{name}' with {precision}; the models here are {catalog.Names}.");
            return null;
        }

        if (new ModelLocator(catalog, [], "").Find(manifest, out var problems) is not { } files)
        {
            output.WriteLine($"The files of '{name}' are not here. {string.Join(' ', problems)}");
            return null;
        }

        return new LocalModel(manifest, files);
    }
}
