using System.IO.Pipelines;
using Embeddings.Vectors.Faiss;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>An index file of FAISS, written to a stream that may be slow.</summary>
internal static class FaissStream
{
    /// <param name="index">What is written, in one state.</param>
    /// <param name="collection">Its name.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="reads">Ends what is too slow.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
        // The format's writer is synchronous: it gets a thread, and waits there when the reader is slow.
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
