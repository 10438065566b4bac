namespace Embeddings.Inference.Models;

/// <summary>What the operating system says of a file, as a sentence.</summary>
internal static class DiskErrors
{
    // .NET puts errno into HResult on Unix.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    public static bool IsLocked(IOException exception) =>
        exception.HResult is LockedOnLinux or LockedOnMac or SharingViolation;

    public static ModelException Sentence(string path, long size, Exception exception) =>
        exception.HResult is NoSpace or QuotaExceeded or DiskFullOnWindows
        ? new ModelException(
            $"The disk is full: {path} needs {size} bytes. Free some space and try again; what has arrived is kept " +
            "and the rest will be added.", exception)
        : new ModelException(
            $"{path} cannot be written ({exception.Message.TrimEnd('.')}). Give this user the right to write " +
            "there, or set Models:Directory to another folder.",
            exception);
}
