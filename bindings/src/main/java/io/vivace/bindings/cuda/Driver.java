package io.vivace.bindings.cuda;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** NVIDIA's driver: whether it is there, and if not, what is missing. Looks once. */
public final class Driver {
    /** Of CUDA 12.0, as the driver writes it. Older ones lack functions that are used here and cannot read the kernels. */
    static final int OLDEST = 12_000;

    private static final String EMULATED = "Vivace emulated device";

    private Driver() {
    }

    private record Found(int version, int devices, String firstName, String missing) {
        static final Found ONCE = look();

        static Found without(int version, String missing) {
            return new Found(version, 0, "", missing);
        }
    }

    /** Whether there is a driver that is new enough, and a device. */
    public static boolean present() {
        return Found.ONCE.missing == null;
    }

    /** A sentence that names what is missing, or "" where nothing is. */
    public static String whyAbsent() {
        return present() ? "" : Found.ONCE.missing;
    }

    /** The newest CUDA that the driver can do, 1000 × major + 10 × minor; 0 without a driver. */
    public static int version() {
        return Found.ONCE.version;
    }

    /** How many devices this process may see. */
    public static int devices() {
        return Found.ONCE.devices;
    }

    /** The name of a device; asking it starts nothing on the device. */
    public static String deviceName(int ordinal) {
        demand();
        CUdevice device = new CUdevice();
        CudaError.check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet(" + ordinal + ")");
        return name(device);
    }

    static String name(CUdevice device) {
        byte[] name = new byte[256];
        CudaError.check(JCudaDriver.cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        int length = 0;
        while (length < name.length && name[length] != 0) length++;
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether the first device is no GPU but the one that kernels are tested on, which must be asked for. */
    public static boolean emulated() {
        return Found.ONCE.firstName.equals(EMULATED);
    }

    static void demand() {
        if (!present()) throw new IllegalStateException(whyAbsent());
    }

    private static Found look() {
        String os = System.getProperty("os.name"), architecture = System.getProperty("os.arch");
        if (!os.equals("Linux") || !architecture.equals("amd64"))
            return Found.without(0, "GPUs are used on Linux and x86_64 only, and this is " + os + " on " + architecture + ".");
        try {
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
        } catch (IllegalArgumentException notFound) {
            return Found.without(0, "NVIDIA's driver is not installed, or not visible in this container: there is no libcuda.so.1 on the loader's path.");
        }
        try {
            JCuda.load();
            return asked();
        } catch (LinkageError | IllegalStateException | UncheckedIOException e) {
            return Found.without(0, "NVIDIA's driver is there, but the native code of JCuda, which calls it, cannot be loaded: " + firstLine(e) + ".");
        }
    }

    /** JCuda's errors hold whole stack traces. */
    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static Found asked() {
        int[] answer = new int[1];
        int code = JCudaDriver.cuDriverGetVersion(answer);
        if (code != CUresult.CUDA_SUCCESS) return Found.without(0, "NVIDIA's driver does not answer: " + named(code) + ".");
        int version = answer[0];
        if (version < OLDEST)
            return Found.without(version, "NVIDIA's driver is too old: it can do CUDA " + dotted(version) + ", and " + dotted(OLDEST)
                    + " is needed; install a newer one.");
        code = JCudaDriver.cuInit(0);
        if (code == CUresult.CUDA_ERROR_NO_DEVICE) return Found.without(version, noDevice());
        if (code == CUresult.CUDA_SUCCESS) code = JCudaDriver.cuDeviceGetCount(answer);
        if (code != CUresult.CUDA_SUCCESS) return Found.without(version, "NVIDIA's driver does not start: " + named(code) + ".");
        return answer[0] > 0 ? new Found(version, answer[0], firstName(), null) : Found.without(version, noDevice());
    }

    /** Empty for a device that does not even say its name; opening it will tell why. */
    private static String firstName() {
        CUdevice device = new CUdevice();
        try {
            CudaError.check(JCudaDriver.cuDeviceGet(device, 0), "cuDeviceGet(0)");
            return name(device);
        } catch (CudaError e) {
            return "";
        }
    }

    private static String noDevice() {
        String visible = System.getenv("CUDA_VISIBLE_DEVICES");
        return "NVIDIA's driver is there, but no device"
                + (visible == null ? "." : "; CUDA_VISIBLE_DEVICES is \"" + visible + "\", which may hide it.");
    }

    private static String named(int code) {
        return CudaError.nameOf(code) + " (" + code + ")";
    }

    private static String dotted(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }
}
