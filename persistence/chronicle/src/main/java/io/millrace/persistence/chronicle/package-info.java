/** Logs in Chronicle queues. Depends on the engine's core and Chronicle Queue. */
@NullMarked
package io.millrace.persistence.chronicle;

import org.jspecify.annotations.NullMarked;
