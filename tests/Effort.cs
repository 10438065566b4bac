using System.Globalization;

namespace Embeddings.Tests;

/// <summary>
/// How much the tests try: some of every kind by default, all of it where <c>EMBEDDINGS_TEST_LONG=1</c>, as in CI. A
/// variable of its own sets a count alone, for still longer runs.
/// </summary>
internal static class Effort
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_LONG") is { Length: > 0 } and not "0";

    /// <summary>
    /// The seed of random tests: another one each day, so that every night tries something new.
    /// <c>EMBEDDINGS_TEST_SEED</c> sets the one that a failure has printed.
    /// </summary>
    public static int Seed { get; } = Count("EMBEDDINGS_TEST_SEED", Today, Today);

    private static int Today => int.Parse(
        TimeProvider.System.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        CultureInfo.InvariantCulture);

    public static int Count(int usual, int full) => IsLong ? full : usual;

    public static int Count(string variable, int usual, int full) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : Count(usual, full);
}
