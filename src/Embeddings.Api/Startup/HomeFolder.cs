namespace Embeddings.Api.Startup;

/// <summary>
/// The folder in which relative paths of settings begin: the checkout in which the program runs, else the program's own
/// folder. It does not depend on the current folder, so that a server that is started from elsewhere finds its
/// collections again.
/// </summary>
internal static class HomeFolder
{
    private const string CheckoutHas = "Embeddings.sln";

    /// <summary>The folder.</summary>
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A full path, whether the setting has one or a path relative to this folder.</summary>
    public static string Resolve(string setting) => System.IO.Path.GetFullPath(setting, Path);

    internal static string Find(string programFolder)
    {
        for (var folder = new DirectoryInfo(programFolder); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, CheckoutHas)))
            {
                return folder.FullName;
            }
        }

        return programFolder;
    }
}
