using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Embeddings.Analysis.Tests;

/// <summary>The SHA-256 of numbers: equal if every bit is.</summary>
internal static class Fingerprint
{
    public static string Of<T>(ReadOnlySpan<T> numbers)
        where T : struct =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(numbers)));
}
