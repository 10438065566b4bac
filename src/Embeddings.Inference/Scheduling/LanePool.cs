using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Scheduling;

/// <summary>
/// The lanes: as many threads as the process may use processors, each with a run of its own, and one beside them for small jobs while all others
/// are in long runs. A run that fails is tried again window by window, so that one text does not fail its neighbours; a lane that dies is replaced.
/// </summary>
internal sealed partial class LanePool : IDisposable
{
    private readonly TokenQueue _queue;
    private readonly IBatchEncoder _encoder;
    private readonly TokenRate _rate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CountdownEvent _alive = new(1);
    private int _lanes;
    private int _deaths;

    public LanePool(int lanes, TokenQueue queue, IBatchEncoder encoder, TokenRate rate, TimeProvider time, ILogger logger)
    {
        (_queue, _encoder, _rate, _time, _logger) = (queue, encoder, rate, time, logger);
        for (var i = 0; i <= lanes; i++)
        {
            Start(new Lane(isExpress: i == lanes));
        }
    }

    /// <summary>Lanes that work.</summary>
    public int Count => Volatile.Read(ref _lanes);

    /// <summary>Lanes that died and were replaced.</summary>
    public int Deaths => Volatile.Read(ref _deaths);

    /// <summary>Waits until every lane has ended, after the queue was closed.</summary>
    public void Dispose()
    {
        _alive.Signal();
        _alive.Wait();
        _alive.Dispose();
    }

    private void Start(Lane lane)
    {
        Interlocked.Increment(ref _lanes);
        _alive.AddCount();
        new Thread(() => Live(lane)) { Name = lane.IsExpress ? "Express lane" : "Lane", IsBackground = true }.Start();
    }

    private void Live(Lane lane)
    {
        try
        {
            while (_queue.Take(lane) is { } batch)
            {
                try
                {
                    Run(batch, lane);
                }
                catch (Exception exception)
                {
                    foreach (var window in batch.Windows)
                    {
                        window.Error ??= window.Vector is null ? exception : null;
                    }

                    throw;
                }
                finally
                {
                    _queue.Finish(batch);
                }
            }
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _deaths);
            LogDeath(exception);
            Start(new Lane(lane.IsExpress));
        }
        finally
        {
            Interlocked.Decrement(ref _lanes);
            _alive.Signal();
        }
    }

    private void Run(TokenBatch batch, Lane lane)
    {
        var start = _time.GetTimestamp();
        try
        {
            var vectors = _encoder.Run(batch, lane.Buffers);
            for (var i = 0; i < vectors.Length; i++)
            {
                batch.Windows[i].Vector = vectors[i];
            }
        }
        catch (EncodingException) when (batch.Windows.Count > 1)
        {
            foreach (var window in batch.Windows)
            {
                RunAlone(window, lane);
            }
        }
        catch (EncodingException exception)
        {
            batch.Windows[0].Error = exception;
        }

        if (!batch.IsAlone)
        {
            _rate.Note(batch.Tokens, start);
        }
    }

    private void RunAlone(Window window, Lane lane)
    {
        try
        {
            window.Vector = _encoder.Run(new TokenBatch([window], IsAlone: false, IsBulk: false), lane.Buffers)[0];
        }
        catch (EncodingException exception)
        {
            window.Error = exception;
        }
    }

    [LoggerMessage(LogLevel.Error, "A lane died and was replaced")]
    private partial void LogDeath(Exception exception);
}
