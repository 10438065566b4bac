using System.Runtime.InteropServices;
using System.Text;
using Embeddings.Analysis.Classification;

namespace Embeddings.Api.Classifiers;

/// <summary>What a classifier is made from, with its vectors. It is kept, so that examples can be added.</summary>
/// <param name="Labels">The labels, in ordinal order.</param>
/// <param name="Names">Vectors of what the labels mean, [labels, dimensions].</param>
/// <param name="Texts">The text of each example; empty for a document of a collection.</param>
/// <param name="Classes">The index of the label of each example.</param>
/// <param name="Vectors">Vectors of the examples, [examples, dimensions].</param>
internal sealed record ExampleVectors(
    IReadOnlyList<string> Labels, float[] Names, IReadOnlyList<string> Texts, int[] Classes, float[] Vectors)
{
    private const int Version = 1;

    /// <summary>The same for the mathematics.</summary>
    public ClassifierExamples Examples => new(Labels, Names, Vectors, Classes);

    /// <summary>These examples and those of another; of a label that both have, the name of this one stays.</summary>
    public ExampleVectors With(ExampleVectors other)
    {
        string[] labels = [.. Labels.Union(other.Labels).Order(StringComparer.Ordinal)];
        var places = labels.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        var names = new float[labels.Length * Names.Length / Labels.Count];
        // This one's last, so that they stay.
        other.CopyNames(names, places);
        CopyNames(names, places);
        return new(
            labels,
            names,
            [.. Texts, .. other.Texts],
            [
                .. Classes.Select(label => places[Labels[label]]),
                .. other.Classes.Select(label => places[other.Labels[label]]),
            ],
            [.. Vectors, .. other.Vectors]);
    }

    /// <summary>For keeping: all numbers little-endian.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Version);
        Write(writer, Labels);
        Write(writer, Texts);
        Array.ForEach(Classes, writer.Write);
        writer.Write(Names.Length);
        writer.Write(MemoryMarshal.AsBytes<float>(Names));
        writer.Write(Vectors.Length);
        writer.Write(MemoryMarshal.AsBytes<float>(Vectors));
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>What <see cref="ToBytes"/> has made.</summary>
    public static ExampleVectors Of(ReadOnlyMemory<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        if (reader.ReadInt32() != Version)
        {
            throw new InvalidDataException("The examples were kept by a later version.");
        }

        var (labels, texts) = (ReadTexts(reader), ReadTexts(reader));
        var classes = new int[texts.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = reader.ReadInt32();
        }

        return new(labels, ReadFloats(reader), texts, classes, ReadFloats(reader));
    }

    private void CopyNames(float[] target, Dictionary<string, int> places)
    {
        var dimensions = Names.Length / Labels.Count;
        for (var i = 0; i < Labels.Count; i++)
        {
            Names.AsSpan(i * dimensions, dimensions).CopyTo(target.AsSpan(places[Labels[i]] * dimensions));
        }
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static string[] ReadTexts(BinaryReader reader)
    {
        var texts = new string[reader.ReadInt32()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadString();
        }

        return texts;
    }

    private static float[] ReadFloats(BinaryReader reader)
    {
        var numbers = new float[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }
}
