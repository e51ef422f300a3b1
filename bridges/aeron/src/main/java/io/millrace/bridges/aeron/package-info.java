/** Tables that are Aeron streams. Depends on the engine's connectors, the client library's frames, and Aeron. */
@NullMarked
package io.millrace.bridges.aeron;

import org.jspecify.annotations.NullMarked;
