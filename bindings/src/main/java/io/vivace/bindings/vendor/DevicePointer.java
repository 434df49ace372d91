package io.vivace.bindings.vendor;

import jcuda.Pointer;

/** An address on the device, as JCuda's libraries want it. */
final class DevicePointer extends Pointer {
    DevicePointer(long address) {
        super(address);
    }
}
