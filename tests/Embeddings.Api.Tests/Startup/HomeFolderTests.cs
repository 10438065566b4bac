using Embeddings.Api.Startup;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Startup;

/// <summary>Where relative paths of settings begin.</summary>
public sealed class HomeFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-home-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_program_that_runs_in_its_checkout_is_at_home_there()
    {
        var program = _folder.CreateSubdirectory("artifacts/bin/Embeddings.Api/debug").FullName;
        File.WriteAllText(Path.Combine(_folder.FullName, "Embeddings.sln"), "");
        Assert.Equal(_folder.FullName, HomeFolder.Find(program));
    }

    [Fact]
    public void A_published_program_is_at_home_in_its_own_folder()
    {
        var program = _folder.CreateSubdirectory("app").FullName;
        Assert.Equal(program, HomeFolder.Find(program));
    }

    [Fact]
    public void A_relative_path_begins_there_whatever_the_current_folder_and_a_full_one_stays()
    {
        Assert.Equal(
            Path.Combine(Repository.Folder, "data", "embeddings.db"), HomeFolder.Resolve("data/embeddings.db"));
        Assert.Equal(
            Path.Combine(_folder.FullName, "a.db"), HomeFolder.Resolve(Path.Combine(_folder.FullName, "a.db")));
    }
}
