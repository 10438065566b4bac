using System.Globalization;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Startup;

/// <summary>Download progress on standard error: a bar on a terminal, a line at every tenth elsewhere.</summary>
internal sealed class ConsoleProgress(
    string model, TextWriter output, bool isTerminal, TimeProvider time) : IProgress<DownloadProgress>, IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private long _drawn;
    private int _tenths = -1;
    private bool _open;

    public static ConsoleProgress For(string model) =>
        new(model, Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    public void Report(DownloadProgress value)
    {
        lock (_lock)
        {
            var share = value.BytesTotal == 0 ? 1 : (double)value.BytesDone / value.BytesTotal;
            if (isTerminal)
            {
                DrawBar(value, share);
            }
            else if ((int)(share * 10) is var tenths && tenths > _tenths)
            {
                _tenths = tenths;
                output.WriteLine(Line(value, share));
            }
        }
    }

    public void Dispose()
    {
        if (_open)
        {
            output.WriteLine();
        }
    }

    private void DrawBar(DownloadProgress value, double share)
    {
        if (share < 1 && _open && time.GetElapsedTime(_drawn) < RedrawInterval)
        {
            return;
        }

        (_drawn, _open) = (time.GetTimestamp(), true);
        var full = (int)(share * Width);
        output.Write($"\r[{new string('#', full)}{new string('.', Width - full)}] {Line(value, share)}  ");
    }

    private string Line(DownloadProgress value, double share) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model}: {share:P0} of {value.BytesTotal / 1e6:0.0} MB ({value.File})");
}
