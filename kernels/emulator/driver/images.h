// What a module is loaded from: a fat binary, as a wrapper or bare; an ELF; or PTX.
#pragma once

namespace driver {

// Fails unless the image is one of these and holds code for the device's compute capability.
void check_image(const void *image);

}
