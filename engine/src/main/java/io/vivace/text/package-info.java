/** Tokenizers: read from a checkpoint folder once, stored as one compact table in the model file, run without native code. */
package io.vivace.text;
