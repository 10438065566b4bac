using System.Runtime.InteropServices;
using Embeddings.Vectors;

namespace Embeddings.Api.Wire;

/// <summary>What the numbers of a vector become on the wire.</summary>
public enum OutputType
{
    /// <summary><c>float</c>: 32-bit floats.</summary>
    Floats,

    /// <summary><c>int8</c>: codes from −128 to 127, see <see cref="VectorCodes.Quantize"/>.</summary>
    SignedCodes,

    /// <summary><c>uint8</c>: the codes of <see cref="SignedCodes"/>, each 128 larger.</summary>
    UnsignedCodes,

    /// <summary><c>binary</c>: the bytes of <see cref="UnsignedBits"/>, each 128 smaller.</summary>
    SignedBits,

    /// <summary><c>ubinary</c>: signs, eight a byte, see <see cref="VectorCodes.Signs"/>; 0 to 255.</summary>
    UnsignedBits,
}

/// <summary>The form in which a vector is sent.</summary>
/// <param name="Type">What its numbers become.</param>
/// <param name="IsBase64">Whether the bytes are sent in base64, or else as an array of numbers. Floats are
/// little-endian.</param>
/// <param name="Int8Range">The number whose 8-bit code is 127; only for 8-bit codes.</param>
public readonly record struct VectorOutput(OutputType Type, bool IsBase64 = false, float Int8Range = 0)
{
    /// <summary>Bytes of a vector.</summary>
    internal int BytesOf(int dimensions) => Type switch
    {
        OutputType.Floats => dimensions * sizeof(float),
        OutputType.SignedCodes or OutputType.UnsignedCodes => dimensions,
        _ => VectorCodes.BytesOfSigns(dimensions),
    };

    /// <summary>Whether the codes are signed bytes.</summary>
    internal bool IsSigned => Type is OutputType.SignedCodes or OutputType.SignedBits;

    /// <summary>The codes of a vector.</summary>
    /// <param name="vector">[dimensions]</param>
    /// <param name="codes">[<see cref="BytesOf"/>]</param>
    internal void Encode(ReadOnlySpan<float> vector, Span<byte> codes)
    {
        switch (Type)
        {
            case OutputType.Floats:
                // Little-endian on every platform that this is built for.
                MemoryMarshal.AsBytes(vector).CopyTo(codes);
                break;
            case OutputType.SignedCodes or OutputType.UnsignedCodes:
                VectorCodes.Quantize(vector, Int8Range, MemoryMarshal.Cast<byte, sbyte>(codes));
                break;
            default:
                VectorCodes.Signs(vector, codes);
                break;
        }

        if (Type is OutputType.UnsignedCodes or OutputType.SignedBits)
        {
            // 128 more or less: the highest bit changes, and nothing else.
            foreach (ref var code in codes)
            {
                code ^= 0x80;
            }
        }
    }
}
