package io.vivace.bindings.cuda;

/** Prints what this process knows of the driver. */
final class DriverProbe {
    private DriverProbe() {
    }

    public static void main(String[] arguments) {
        System.out.println(Driver.present() + " " + Driver.version() + " " + Driver.devices() + " " + Driver.whyAbsent());
    }
}
