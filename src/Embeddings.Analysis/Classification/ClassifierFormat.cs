using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Embeddings.Analysis.Classification;

/// <summary>
/// A classifier as bytes, all little-endian: "EMBC", version, method, labels and dimensions (32 bits each), temperature
/// (64-bit float), the labels (length in bytes, UTF-8), weights [labels, dimensions] and intercepts (32-bit floats),
/// and SHA-256 of everything before.
/// </summary>
public static class ClassifierFormat
{
    private const int Version = 1;
    private static readonly byte[] Magic = "EMBC"u8.ToArray();

    /// <summary>The bytes of a classifier. The same classifier has the same bytes everywhere.</summary>
    public static byte[] ToBytes(Classifier classifier)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write((int)classifier.Method);
            writer.Write(classifier.Labels.Count);
            writer.Write(classifier.Dimensions);
            writer.Write(classifier.Temperature);
            foreach (var label in classifier.Labels)
            {
                var bytes = Encoding.UTF8.GetBytes(label);
                writer.Write(bytes.Length);
                writer.Write(bytes);
            }

            WriteFloats(writer, classifier.Model.Weights);
            WriteFloats(writer, classifier.Model.Intercepts);
        }

        stream.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>The classifier of bytes that <see cref="ToBytes"/> has made.</summary>
    /// <exception cref="InvalidDataException">They are others, or of another version.</exception>
    public static Classifier FromBytes(ReadOnlyMemory<byte> bytes)
    {
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < Magic.Length + sizeof(int) || !bytes.Span.StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[Magic.Length..]) != Version)
        {
            throw new InvalidDataException("The bytes are not a classifier, or one of another version.");
        }

        if (!SHA256.HashData(bytes.Span[..length]).AsSpan().SequenceEqual(bytes.Span[length..]))
        {
            throw new InvalidDataException("The bytes of the classifier are damaged: their digest is another.");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray(), Magic.Length + sizeof(int), length));
        var method = (ClassifierMethod)reader.ReadInt32();
        var (classes, dimensions) = (reader.ReadInt32(), reader.ReadInt32());
        var temperature = reader.ReadDouble();
        var labels = new string[classes];
        for (var i = 0; i < classes; i++)
        {
            labels[i] = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32()));
        }

        var weights = ReadFloats(reader, classes * dimensions);
        return new Classifier(labels, method, new LinearModel(weights, ReadFloats(reader, classes)), temperature);
    }

    /// <summary>SHA-256 at the end of a classifier's bytes, in hexadecimal digits.</summary>
    public static string Digest(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(bytes[^SHA256.HashSizeInBytes..]);

    private static void WriteFloats(BinaryWriter writer, float[] values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static float[] ReadFloats(BinaryReader reader, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = reader.ReadSingle();
        }

        return values;
    }
}
