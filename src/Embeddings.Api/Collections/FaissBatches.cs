using System.Runtime.CompilerServices;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors.Faiss;

namespace Embeddings.Api.Collections;

/// <summary>Makes batches of the rows of a FAISS index file: documents of an id and a vector.</summary>
internal static class FaissBatches
{
    private const int BufferBytes = 1 << 16;

    /// <summary>
    /// The batches. The file is on the disk until the last is taken, since it has the ids after the rows.
    /// </summary>
    /// <param name="body">The file. Each part of 64 kB may take <c>Limits:MaxBodySeconds</c> to arrive.</param>
    /// <param name="model">Id of the model that made the vectors, or null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidRequestException">It is no flat index, or damaged.</exception>
    /// <exception cref="SlowBodyException">A part has not arrived in time.</exception>
    /// <exception cref="StoreFullException">The disk has no room for the file.</exception>
    public static async IAsyncEnumerable<ImportBatch> ReadAsync(
        HeldBody body, string? model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = TemporaryFile();
        await CopyAsync(body, file, cancellationToken);
        var index = Open(file);
        var origin = new Origin(
            new CollectionSettings(model, index.Dimensions, index.Metric), "The file", IsReembedded: false, HasTexts: false);
        var most = (int)Math.Clamp(
            ImportBatches.MostBatchBytes / (index.Dimensions * sizeof(float)), 1, ImportBatches.BatchSize);
        var first = 0L;
        foreach (var rows in index.Rows().Chunk(most))
        {
            yield return new ImportBatch(
                [.. rows.Select((row, i) => (first + i, new DocumentInput { Id = $"{row.Id}", Vector = row.Vector }))],
                origin,
                0,
                "row");
            first += rows.Length;
        }

        if (first == 0)
        {
            yield return new ImportBatch([], origin, 0);
        }
    }

    private static FaissReader Open(Stream file)
    {
        try
        {
            return new FaissReader(file);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidRequestException(exception.Message);
        }
    }

    private static async Task CopyAsync(HeldBody body, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            body.WaitInTime();
            var count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            body.Release(count);
            if (count == 0)
            {
                break;
            }

            try
            {
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
            catch (IOException exception)
            {
                throw new StoreFullException("The index file that is imported does not fit on the disk.", exception);
            }
        }

        file.Position = 0;
    }

    // On Unix it loses its name at once, so that nothing is left of it if the process is killed.
    private static FileStream TemporaryFile()
    {
        var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions
        {
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
        });
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file.Name);
        }

        return file;
    }
}
