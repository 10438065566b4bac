using System.Globalization;
using Embeddings.Api.Errors;
using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;
using Embeddings.Inference.Quantization;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// The models from the command line, without serving: <c>models list</c>, <c>add</c>, <c>pull</c>, <c>verify</c> and
/// <c>quantize</c>.
/// </summary>
internal sealed class ModelCommands(
    ModelCatalog catalog, ModelLocator locator, ModelDownloader downloader, AddedModels added,
    IOptions<ModelsOptions> options, TimeProvider time, TextWriter output)
{
    private const string Usage = """
        usage: models list             what is described, and what is here
               models add <owner>/<name>[@<revision>] [--name <name>] [--onnx <owner>/<name>]
                                       add a model by its name on the hub, and pin it;
                                       --onnx names the repository that has its ONNX export, if it is another
               models pull <model>     fetch a model's files ahead of time
               models verify [<model>] compare the files with their size and SHA-256
               models quantize <model> make the int8 variant of a model from fp32
        """;

    /// <summary>
    /// Runs one command; 0 when it did what it says, 1 when it could not, 2 when there is no such command.
    /// </summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            switch (arguments)
            {
                case ["list"]:
                    return List();
                case ["add", var repository, .. var more] when AddedModels.Parse(repository, more) is { } addition:
                    return await AddAsync(addition, cancellationToken);
                case ["pull", var name]:
                    return await PullAsync(Known(name), cancellationToken);
                case ["verify"]:
                    return Verify(catalog.Manifests);
                case ["verify", var name]:
                    return Verify([Known(name)]);
                case ["quantize", var name]:
                    return await QuantizeAsync(name, cancellationToken);
                default:
                    output.WriteLine(Usage);
                    return 2;
            }
        }
        catch (ModelException exception)
        {
            output.WriteLine(exception.Message);
            return 1;
        }
    }

    private int List()
    {
        foreach (var manifest in catalog.Manifests)
        {
            var folder = locator.Find(manifest, out _);
            output.WriteLine(
                $"{manifest.Name,-24} {manifest.Dimensions,5} dimensions  {manifest.MaxTokens,5} tokens  " +
                $"{manifest.Files.Sum(file => file.Size) / 1e6,7:0.0} MB  {manifest.License,-12} " +
                $"{folder ?? "not here: " + Invocation.Current.Of($"models pull {manifest.Name}")}");
        }

        return 0;
    }

    private async Task<int> AddAsync(ModelAddition addition, CancellationToken cancellationToken)
    {
        var manifest = await added.AddAsync(addition, output, cancellationToken);
        return catalog.Find(manifest.Id) is null ? 0 : await PullAsync(manifest, cancellationToken);
    }

    private async Task<int> PullAsync(ModelManifest manifest, CancellationToken cancellationToken)
    {
        var home = catalog.HomeOf(manifest);
        if (manifest.Repository is not null && manifest.Files.Any(file => ModelFiles.Problem(file, home) is not null))
        {
            if (!options.Value.Download)
            {
                throw new ModelException(
                    $"Models:Download is off, so nothing is fetched. Turn it on, or copy the files into {home}.");
            }

            using var progress = ConsoleProgress.For(manifest.Name);
            await downloader.DownloadAsync(manifest, home, progress, cancellationToken);
        }

        return Verify([manifest]);
    }

    private async Task<int> QuantizeAsync(string name, CancellationToken cancellationToken)
    {
        // The catalog has the precision of the settings, which may be the int8 variant that is to be made.
        var all = ModelCatalog.Read(catalog.Directories, "fp32");
        var manifest = all.Find(Known(name).Name)!;
        var source = locator.Find(manifest, out var problems) ?? throw new ModelException(
            $"The fp32 weights of '{manifest.Id}' are not here: {Describe(problems)} Fetch them with " +
            $"'{Invocation.Current.Of($"models pull {manifest.Name}")}' and Models:Precision=Fp32.");
        var start = time.GetTimestamp();
        var quantized = await new ModelQuantizer(new Lines(output))
            .QuantizeAsync(manifest, source, all.HomeOf(manifest), cancellationToken);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {quantized.Path}: {quantized.Bytes / 1e6:0.0} MB instead of {quantized.SourceBytes / 1e6:0.0}, in {time.GetElapsedTime(start).TotalSeconds:0} s
            {quantized.Measure} to fp32: {quantized.Mean:0.0000} on average, {quantized.Worst:0.0000} at worst, on the texts that it was fitted to
            To serve it, set Models:Precision=Int8.
            """));
        return 0;
    }

    private int Verify(IReadOnlyList<ModelManifest> manifests)
    {
        var wrong = 0;
        foreach (var manifest in manifests)
        {
            var folder = locator.Find(manifest, out var problems);
            output.WriteLine(
                folder is not null
                    ? $"{manifest.Name}: every file is right, in {folder}"
                    : $"{manifest.Name}: {Describe(problems)}");
            // A model that was never fetched is no failure. A model with wrong files is one, and so is a model that was
            // asked for and is missing.
            wrong += folder is null && (problems.Count > 0 || manifests.Count == 1) ? 1 : 0;
        }

        return wrong == 0 ? 0 : 1;
    }

    private static string Describe(IReadOnlyList<string> problems) =>
        problems.Count == 0 ? "not here" : string.Join(' ', problems);

    private ModelManifest Known(string name) => catalog.Find(name) ?? throw new ModelException(
        $"There is no model '{name}'; the models here are {catalog.Names}.");

    // Progress<T> would write from other threads, out of order.
    private sealed class Lines(TextWriter output) : IProgress<string>
    {
        public void Report(string value) => output.WriteLine(value);
    }
}
