using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Scheduling;

/// <summary>
/// The lanes: as many threads as the process may use processors, each with a run of its own, and one beside them for small jobs while all others
/// are in long runs. A run that fails is tried again window by window, so that one text does not fail its neighbours; a lane that dies is replaced.
/// </summary>
internal sealed partial class LanePool : IDisposable
{
    // More in a row than one bad text could fail.
    private const int MostFailures = 8;

    // How long failures tell something: after that, requests show whether it works again.
    private static readonly TimeSpan FailuresCount = TimeSpan.FromSeconds(10);

    // The longest runs take a hundredth of it.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    private readonly TokenQueue _queue;
    private readonly IBatchEncoder _encoder;
    private readonly TokenRate _rate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CountdownEvent _alive = new(1);
    private readonly Lane[] _lanes;

    private int _deaths;
    private int _failures;
    private long _lastFailure;

    public LanePool(int lanes, TokenQueue queue, IBatchEncoder encoder, TokenRate rate, TimeProvider time, ILogger logger)
    {
        (_queue, _encoder, _rate, _time, _logger) = (queue, encoder, rate, time, logger);
        _lanes = [.. Enumerable.Range(0, lanes + 1).Select(place => new Lane(isExpress: place == lanes))];
        for (var place = 0; place < _lanes.Length; place++)
        {
            Start(place);
        }
    }

    /// <summary>Lanes that work: those whose run has not been going for longer than any could take.</summary>
    public int Count => _lanes.Count(Works);

    /// <summary>Lanes that died and were replaced.</summary>
    public int Deaths => Volatile.Read(ref _deaths);

    /// <summary>Whether every lane works, and not all of the last runs failed.</summary>
    public bool IsHealthy =>
        Count == _lanes.Length && (Volatile.Read(ref _failures) < MostFailures || _time.GetElapsedTime(Volatile.Read(ref _lastFailure)) > FailuresCount);

    /// <summary>Waits until every lane has ended, after the queue was closed.</summary>
    public void Dispose()
    {
        _alive.Signal();
        _alive.Wait();
    }

    private bool Works(Lane lane) => lane.RunStart is var start && (start == 0 || _time.GetElapsedTime(start) < LongestRun);

    private void Start(int place)
    {
        _alive.AddCount();
        new Thread(() => Live(place)) { Name = _lanes[place].IsExpress ? "Express lane" : "Lane", IsBackground = true }.Start();
    }

    private void Live(int place)
    {
        var lane = _lanes[place];
        try
        {
            while (_queue.Take(lane) is { } batch)
            {
                Work(batch, lane);
            }
        }
        catch (Exception exception)
        {
            NoteDeath(exception);
            _lanes[place] = new Lane(lane.IsExpress);
            Start(place);
        }
        finally
        {
            _alive.Signal();
        }
    }

    private void Work(TokenBatch batch, Lane lane)
    {
        lane.RunStart = _time.GetTimestamp();
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
            Note(batch, lane.RunStart);
            lane.RunStart = 0;
            _queue.Finish(batch);
        }
    }

    private void NoteDeath(Exception exception)
    {
        Interlocked.Increment(ref _deaths);
        LogDeath(exception);
    }

    private void Run(TokenBatch batch, Lane lane)
    {
        try
        {
            var vectors = _encoder.Run(batch, lane.Buffers);
            for (var i = 0; i < vectors.Length; i++)
            {
                batch.Windows[i].Vector = vectors[i];
            }
        }
        catch (Exception) when (batch.Windows.Count > 1)
        {
            Exception? unexpected = null;
            foreach (var window in batch.Windows)
            {
                RunAlone(window, lane);
                unexpected ??= window.Error is EncodingException ? null : window.Error;
            }

            if (unexpected is not null)
            {
                throw unexpected;
            }
        }
        catch (EncodingException exception)
        {
            batch.Windows[0].Error = exception;
        }
    }

    private void RunAlone(Window window, Lane lane)
    {
        try
        {
            window.Vector = _encoder.Run(new TokenBatch([window], IsAlone: false, IsBulk: false), lane.Buffers)[0];
        }
        catch (Exception exception)
        {
            window.Error = exception;
        }
    }

    private void Note(TokenBatch batch, long start)
    {
        if (batch.Windows.All(window => window.Vector is null))
        {
            Volatile.Write(ref _lastFailure, _time.GetTimestamp());
            Interlocked.Increment(ref _failures);
            return;
        }

        Volatile.Write(ref _failures, 0);
        // One that is alone may have had all threads, which no lane has under load.
        if (!batch.IsAlone)
        {
            _rate.Note(batch.Tokens, start);
        }
    }

    [LoggerMessage(LogLevel.Error, "A run ended as none should; its lane was replaced")]
    private partial void LogDeath(Exception exception);
}
