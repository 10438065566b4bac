using System.Diagnostics;

namespace Embeddings.Benchmarks.Flat;

/// <summary>The FAISS library on the same machine in the same run.</summary>
internal static class Faiss
{
    /// <summary>Prints its milliseconds a query, batch by batch.</summary>
    /// <param name="python">A Python that has it: <c>python3</c>, or a command with arguments.</param>
    /// <param name="rows">Rows of the index.</param>
    /// <param name="dimensions">Coordinates of a row.</param>
    /// <param name="batches">Queries at a time.</param>
    /// <param name="output">Gets the table.</param>
    public static void Run(string python, int rows, int dimensions, int[] batches, TextWriter output)
    {
        var command = python.Split(' ');
        var script = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Flat", "faiss_flat.py"));
        var start = new ProcessStartInfo(
            command[0], [.. command[1..], "-c", script, $"{rows}", $"{dimensions}", string.Join(',', batches)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.WriteLine(line.Split(' ') is ["version", .. var version]
                ? $"          FAISS {string.Join(' ', version)}"
                : $"{line.Split(' ')[0],9}   FAISS{line.Split(' ')[1],10}");
        }

        process.WaitForExit();
    }
}
