using System.Runtime.InteropServices;

namespace Embeddings.Api.Jobs;

/// <summary>
/// Threads that leave the processors to whoever serves requests. Threads that they start do so too: on Linux a thread
/// inherits the priority of the one that starts it.
/// </summary>
internal static partial class BackgroundThread
{
    // A thread at this niceness gets about a tenth of a processor while another thread wants it, and all of it
    // otherwise.
    private const int Niceness = 10;

    private const int OfThread = 0;

    /// <summary>Computes something on a thread of its own.</summary>
    /// <param name="compute">What to compute.</param>
    /// <param name="isShort">
    /// Whether it takes no more than a request does. It then has a request's priority: on a server that is busy, low
    /// priority would turn 0.1 s into ten.
    /// </param>
    public static Task<T> RunAsync<T>(Func<T> compute, bool isShort = false)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            if (!isShort)
            {
                Lower();
            }

            try
            {
                result.SetResult(compute());
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        })
        { IsBackground = true, Name = "Job" };
        thread.Start();
        return result.Task;
    }

    /// <summary>Lowers the priority of the calling thread, for good.</summary>
    public static void Lower()
    {
        if (OperatingSystem.IsLinux())
        {
            // .NET changes no priorities on Linux. There a process of the system is a thread, and 0 the calling one.
            _ = SetPriority(OfThread, 0, Niceness);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int priority);
}
