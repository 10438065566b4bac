namespace Embeddings.Storage.InMemory;

/// <summary>
/// Combines tokens into one that is cancelled once all of them are. Work for several callers ends when none of them
/// waits any more.
/// </summary>
internal sealed class LastToLeave : IDisposable
{
    private readonly CancellationTokenSource _all = new();
    private readonly List<CancellationTokenRegistration> _registrations;
    private int _waiting;

    public LastToLeave(IEnumerable<CancellationToken> tokens)
    {
        CancellationToken[] all = [.. tokens];
        _waiting = all.Length;
        _registrations = [.. all.Select(
            token => token.UnsafeRegister(static state => ((LastToLeave)state!).Leave(), this))];
    }

    public CancellationToken Token => _all.Token;

    public void Dispose()
    {
        // Waits for a callback that is running: it may cancel the source.
        _registrations.ForEach(registration => registration.Dispose());
        _all.Dispose();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            _all.Cancel();
        }
    }
}
