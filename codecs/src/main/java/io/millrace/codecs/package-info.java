/** Bytes: types, row layout, blocks, and the formats that turn outside bytes into rows. Depends on Agrona alone. */
@NullMarked
package io.millrace.codecs;

import org.jspecify.annotations.NullMarked;
