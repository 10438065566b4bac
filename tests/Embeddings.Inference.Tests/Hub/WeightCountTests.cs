using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests.Hub;

public sealed class WeightCountTests
{
    private const long Width = 384;
    private const long Inner = 1536;

    // Three tables and a normalisation; six layers of attention, of two products and of two normalisations.
    private const long Bert = ((30522 + 512 + 2) * Width) + (2 * Width)
        + (6 * ((4 * Width * (Width + 1)) + (Inner * (Width + 1)) + (Width * (Inner + 1)) + (4 * Width)));

    [Theory]
    // Its export has the pooler too, which sentence-transformers does not use.
    [InlineData("all-MiniLM-L6-v2", Bert + (Width * (Width + 1)))]
    [InlineData("snowflake-arctic-embed-xs", Bert)]
    public void The_parameters_of_a_model_are_the_numbers_of_its_tables_and_layers(string name, long count)
    {
        var folder = Path.Combine(Repository.BuiltInModels, name);
        var manifest = ModelManifest.Read(Path.Combine(folder, "model.json"));
        Assert.Equal(count, WeightCount.Of(Path.Combine(folder, manifest.Weights.Single().Path)));
        Assert.Equal(count, manifest.Architecture?.Parameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("FF FF FF FF FF FF FF FF FF FF FF FF")]
    [InlineData("3A 7F 01")]
    [InlineData("3A")]
    [InlineData("0F")]
    public void A_file_that_is_no_model_has_no_count(string hex)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.True(WeightCount.Of(path) is null or 0);
        File.Delete(path);
    }
}
