using System.Runtime.InteropServices;

namespace Embeddings.Inference.Runtime;

/// <summary>
/// Keeps ONNX Runtime from reporting to its makers. Since 1.29 its official builds send events over HTTPS, on Linux
/// too, unless <c>ORT_DISABLE_TELEMETRY</c> is set before the library is loaded. This server promises to send nothing,
/// so it sets the variable.
/// </summary>
internal static partial class OnnxTelemetry
{
    internal const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Must be called before any other call of ONNX Runtime.</summary>
    public static void Disable()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
        else
        {
            // On Unix, .NET keeps a copy of the environment, which native code does not see.
            _ = SetNativeVariable(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
