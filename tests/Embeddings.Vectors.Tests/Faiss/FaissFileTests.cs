using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Embeddings.Vectors.Faiss;
using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Tests.Faiss;

/// <summary>FAISS' file format, both ways with the real library, and files that are not what they say.</summary>
public sealed class FaissFileTests
{
    private const int Dimensions = 24;
    private const int Rows = 500;
    private const int K = 10;

    private readonly float[] _rows = TestVectors.Make("uniform", new Random(8), Rows, Dimensions);
    private readonly float[] _queries = TestVectors.Make("uniform", new Random(9), 7, Dimensions);
    private readonly long[] _ids = [.. Enumerable.Range(0, Rows).Select(i => (3_000_000_000L * i) - 7)];

    /// <summary>
    /// Metrics, and whether ids are given. Without the library one of them stands for all, and is skipped.
    /// </summary>
    public static async Task<IEnumerable<TheoryDataRow<Metric, bool>>> Indexes()
    {
        TheoryDataRow<Metric, bool>[] all =
            [new(Metric.InnerProduct, true), new(Metric.InnerProduct, false), new(Metric.Euclidean, true), new(Metric.Euclidean, false), new(Metric.Cosine, true)];
        if (await FaissAnswer.MissingAsync() is not { } reason)
        {
            return all;
        }

        all[0].Skip = reason;
        return all[..1];
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task What_is_written_here_faiss_reads_and_the_other_way_round(Metric metric, bool mapped)
    {
        var index = new FlatIndex(Dimensions, metric);
        index.Upsert(mapped ? _ids : [.. Enumerable.Range(0, Rows).Select(i => (long)i)], _rows);
        var answer = await FaissAnswer.AskAsync(
            new
            {
                index = Write(index),
                metric = metric == Metric.Euclidean ? 1 : 0,
                dimensions = Dimensions,
                k = K,
                queries = Bytes(metric == Metric.Cosine ? Normalized(_queries) : _queries),
                rows = Bytes(_rows),
                ids = mapped ? _ids : null,
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(Rows, answer.Count);
        Same(metric, answer.Ids, answer.Scores, index.SearchBatch(_queries, K));
        var own = Read(answer.Own);
        Assert.Equal(Rows, own.Count);
        Same(metric, answer.OwnIds, answer.OwnScores, own.SearchBatch(
            metric == Metric.Cosine ? Normalized(_queries) : _queries, K));
    }

    [Theory]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.Euclidean)]
    public void An_index_comes_back_as_it_went(Metric metric)
    {
        var index = new FlatIndex(Dimensions, metric);
        index.Upsert(_ids, _rows);
        index.Remove(_ids.AsSpan(100, 50));
        var back = Read(Write(index));
        Assert.Equal((index.Count, metric), (back.Count, back.Metric));
        Assert.Equal(index.SearchBatch(_queries, Rows), back.SearchBatch(_queries, Rows));
        Assert.True(back.Remove(_ids[0]));
    }

    [Fact]
    public void An_empty_index_comes_back_empty() =>
        Assert.Equal(0, Read(Write(new FlatIndex(3, Metric.Euclidean))).Count);

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var file = Small();
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Contains("ends before its index does", Refusal(file[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_byte_may_be_wrong_without_a_crash()
    {
        var file = Small();
        for (var at = 0; at < file.Length; at++)
        {
            foreach (var flip in new byte[] { 0x01, 0x40, 0x80, 0xFF })
            {
                var wrong = (byte[])file.Clone();
                wrong[at] ^= flip;
                try
                {
                    Assert.InRange(new FaissReader(new MemoryStream(wrong)).Rows().Count(), 0, 2);
                }
                catch (InvalidDataException exception)
                {
                    Assert.NotEmpty(exception.Message);
                }
            }
        }
    }

    [Theory]
    [InlineData(4, int.MaxValue, "is damaged, or too large")]
    [InlineData(4, -1, "is damaged, or too large")]
    [InlineData(33, 4, "number 4; only 0 (inner product) and 1 (L2)")]
    public void A_header_that_cannot_be_is_a_sentence(int at, int value, string part)
    {
        // A flat index alone: kind 4 bytes, dimensions 4, rows 8, two times 8, trained 1, metric 4.
        byte[] file = [.. Small()[37..], .. new byte[8]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        Assert.Contains(part, Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_promises_billions_of_rows_takes_no_memory_for_them()
    {
        byte[] file = [.. Small()[37..]];
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(8), int.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(37), 2L * int.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("ends before", Refusal(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Theory]
    [InlineData(0, (byte)'w', "its kind is 'wxMp'")]
    [InlineData(74, 5, "but 5 numbers at byte 74: it is damaged")]
    [InlineData(98, 3, "but 3 ids at byte 98: it is damaged")]
    public void Another_kind_of_index_and_counts_that_do_not_agree_are_sentences(int at, byte value, string part)
    {
        var file = Small();
        file[at] = value;
        Assert.Contains(part, Refusal(file), StringComparison.Ordinal);
    }

    private static string Refusal(byte[] file) => Assert.Throws<InvalidDataException>(() => Read(file)).Message;

    private static FlatIndex Read(byte[] file)
    {
        var reader = new FaissReader(new MemoryStream(file));
        var index = new FlatIndex(reader.Dimensions, reader.Metric);
        foreach (var (id, vector) in reader.Rows())
        {
            index.Upsert(id, vector);
        }

        return index;
    }

    private static byte[] Small()
    {
        var index = new FlatIndex(2, Metric.InnerProduct);
        index.Upsert([5, 6], [1, 2, 3, 4]);
        return Write(index);
    }

    private static byte[] Write(FlatIndex index)
    {
        using var stream = new MemoryStream();
        FaissFile.Write(index, stream);
        return stream.ToArray();
    }

    private static byte[] Bytes(float[] numbers) => MemoryMarshal.AsBytes<float>(numbers).ToArray();

    private static float[] Normalized(float[] vectors)
    {
        var copy = (float[])vectors.Clone();
        for (var at = 0; at < copy.Length; at += Dimensions)
        {
            VectorMath.Normalize(copy.AsSpan(at, Dimensions));
        }

        return copy;
    }

    // FAISS gives squares of distances.
    private static void Same(Metric metric, long[][] ids, float[][] scores, Hit[][] hits)
    {
        Assert.Equal(ids, hits.Select(row => row.Select(hit => hit.Id).ToArray()));
        Assert.All(
            scores.Zip(hits),
            pair => Assert.All(
                pair.First.Zip(pair.Second),
                one => Assert
                    .Equal(metric == Metric.Euclidean ? MathF.Sqrt(one.First) : one.First, one.Second.Score, 1e-5f)));
    }
}
