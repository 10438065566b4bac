using System.IO.Pipelines;
using Embeddings.Vectors.Faiss;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>Writes an index file of FAISS to a stream that may be slow.</summary>
internal static class FaissStream
{
    /// <param name="index">The index; one state of it is written.</param>
    /// <param name="collection">Name of the collection.</param>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="reads">Ends the read if the stream is too slow.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="ReadEndedException">The stream was too slow.</exception>
    public static async Task WriteAsync(
        FlatIndex index, string collection, Stream stream, LongReads reads, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var read = reads.BeginInMemory(collection, () => _ = ending.CancelAsync());
        try
        {
            await WriteAsync(index, stream, ending.Token);
        }
        catch (OperationCanceledException) when (read.IsEnded)
        {
            throw new ReadEndedException(collection);
        }
    }

    private static async Task WriteAsync(FlatIndex index, Stream stream, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        // The writer of the format is synchronous, so it has a thread of its own, on which it waits for a slow reader.
        var writing = Task.Factory.StartNew(() =>
        {
            using var buffer = new BufferedStream(pipe.Writer.AsStream(), 1 << 16);
            FaissFile.Write(index, buffer, cancellationToken);
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await pipe.Reader.CopyToAsync(stream, cancellationToken);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }
}
