using System.Runtime.InteropServices;

namespace Embeddings.Inference.Runtime;

/// <summary>
/// Keeps ONNX Runtime from reporting to its makers. Since 1.29 its official builds send events over HTTPS, on Linux
/// too, unless <c>ORT_DISABLE_TELEMETRY</c> is set before the library wakes up; a server that promises not to touch the
/// network must set it.
/// </summary>
internal static partial class OnnxTelemetry
{
    internal const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>To be called before anything of ONNX Runtime is.</summary>
    public static void Disable()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
        else
        {
            // .NET keeps an environment of its own on Unix; native code sees only this one.
            _ = SetNativeVariable(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
