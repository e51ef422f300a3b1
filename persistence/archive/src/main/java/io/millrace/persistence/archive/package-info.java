/** Logs in Aeron Archive. Depends on the engine's core and Aeron. */
@NullMarked
package io.millrace.persistence.archive;

import org.jspecify.annotations.NullMarked;
