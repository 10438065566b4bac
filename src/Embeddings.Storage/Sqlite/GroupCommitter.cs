using System.Collections.Concurrent;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The one thread that writes, with group commit: all writes that arrive while a commit waits for the disk share the
/// next transaction. A write is acknowledged once it is on the disk and every search can see it.
/// </summary>
internal sealed class GroupCommitter : IAsyncDisposable
{
    // Documents of a group. In larger groups small writes would wait long for large ones.
    private const int MostDocuments = 20_000;

    private readonly BlockingCollection<Job> _jobs = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StoreFile _file;
    private readonly LongReads _reads;
    private readonly Action<string, SqliteCollection?> _name;
    private StoreStoppedException? _failure;

    /// <param name="file">The file to write.</param>
    /// <param name="reads">Long reads, of which a commit ends those that are too slow.</param>
    /// <param name="name">Called after a commit with each name that has a new collection, or none any more.</param>
    public GroupCommitter(StoreFile file, LongReads reads, Action<string, SqliteCollection?> name)
    {
        (_file, _reads, _name) = (file, reads, name);
        new Thread(Work) { Name = "Commit", IsBackground = true }.Start();
    }

    /// <summary>
    /// Held while a commit becomes visible. Whoever holds it sees the file and the memory in the same state.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>
    /// Runs an action in a transaction that it may share with others. If the transaction fails, the action runs again
    /// in another.
    /// </summary>
    /// <param name="documents">How many documents it writes, about.</param>
    /// <param name="action">Makes the changes.</param>
    /// <param name="cancellationToken">Cancels the action until it begins.</param>
    /// <exception cref="StoreException">It could not be kept.</exception>
    public Task<T> RunAsync<T>(int documents, Func<WriteTransaction, T> action, CancellationToken cancellationToken) =>
        RunAsync<T>(new Job(documents, transaction => action(transaction), cancellationToken));

    /// <summary>
    /// Runs an action once, in a transaction of its own. While it runs, memory and file are the same, and nobody else
    /// writes.
    /// </summary>
    /// <exception cref="StoreException">It could not be kept.</exception>
    public Task<T> RunAloneAsync<T>(Func<WriteTransaction, T> action, CancellationToken cancellationToken) =>
        RunAsync<T>(new Job(MostDocuments, transaction => action(transaction), cancellationToken) { IsAlone = true });

    /// <summary>Finishes the writes that have been queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.CompleteAdding();
        await _ended.Task;
        _jobs.Dispose();
    }

    private async Task<T> RunAsync<T>(Job job)
    {
        try
        {
            _jobs.Add(job, job.Cancellation);
        }
        catch (InvalidOperationException)
        {
            throw new StoreException("The store is being closed.");
        }

        return (T)(await job.Completion.Task)!;
    }

    private void Work()
    {
        var group = new List<Job>();
        foreach (var first in _jobs.GetConsumingEnumerable())
        {
            group.Add(first);
            var documents = first.Documents;
            while (documents < MostDocuments && _jobs.TryTake(out var next))
            {
                if (next.IsAlone)
                {
                    CommitWaiting(group);
                }

                group.Add(next);
                documents += next.Documents;
            }

            CommitWaiting(group);
        }

        _ended.SetResult();
    }

    private void CommitWaiting(List<Job> group)
    {
        group.RemoveAll(
            job => job.Cancellation.IsCancellationRequested && job.Completion.TrySetCanceled(job.Cancellation));
        Commit(group);
        group.Clear();
    }

    private void Commit(List<Job> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        try
        {
            if (_failure is not null)
            {
                throw new StoreStoppedException(_failure.Message, _failure);
            }

            Transact(group);
        }
        catch (Exception exception) when (group.Count > 1 && _failure is null && exception is not StoreBusyException)
        {
            // One write may be too large for the room on the disk: each runs by itself, so that the others do not fail
            // with it. Not if another program holds the lock: each write would wait for it again.
            foreach (var job in group)
            {
                Commit([job]);
            }
        }
        catch (Exception exception)
        {
            foreach (var job in group)
            {
                job.Completion.TrySetException(exception);
            }
        }
    }

    private void Transact(List<Job> group)
    {
        var transaction = Begin();
        try
        {
            Run(transaction, group);
            return;
        }
        catch (StoreFullException) when (!group.Any(job => job.IsAlone))
        {
            _file.MakeRoom(forDeleting: group.Count == 1 && transaction.OnlyFrees);
        }

        try
        {
            Run(Begin(), group);
        }
        finally
        {
            _file.HoldRoom();
        }
    }

    private WriteTransaction Begin()
    {
        _file.Writer.Often("BEGIN IMMEDIATE").Run();
        return new WriteTransaction(_file.Writer, _file.Commits + 1);
    }

    private void Run(WriteTransaction transaction, List<Job> group)
    {
        var results = new List<Action>(group.Count);
        try
        {
            _file.ThrowIfChanged();
            foreach (var job in group)
            {
                try
                {
                    var result = job.Run(transaction);
                    results.Add(() => job.Completion.TrySetResult(result));
                }
                catch (Exception exception) when (exception is CollectionNotFoundException
                    or CollectionReplacedException or CollectionExistsException or CollectionNotLoadedException)
                {
                    // Thrown before the action wrote anything.
                    results.Add(() => job.Completion.TrySetException(exception));
                }
            }

            if (transaction.HasChanges)
            {
                transaction.Finish();
                _file.ThrowIfNoRoom();
                lock (Gate)
                {
                    _file.Writer.Often("COMMIT").Run();
                    transaction.Publish(_name);
                }

                _file.Committed(transaction.Commit);
                _reads.EndSlow(transaction.VectorBytes);
            }
            else
            {
                _file.Writer.Rollback();
            }
        }
        catch (Exception exception)
        {
            _failure ??= exception as StoreStoppedException;
            transaction.Undo();
            _file.Writer.Rollback();
            throw;
        }

        results.ForEach(complete => complete());
    }

    private sealed record Job(int Documents, Func<WriteTransaction, object?> Run, CancellationToken Cancellation)
    {
        public bool IsAlone { get; init; }

        public TaskCompletionSource<object?> Completion { get; } = new(
            TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
