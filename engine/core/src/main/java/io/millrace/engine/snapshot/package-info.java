/** The bytes of a snapshot, written and read, and what a checkpoint says of itself. Depends on codecs and the log. */
@NullMarked
package io.millrace.engine.snapshot;

import org.jspecify.annotations.NullMarked;
