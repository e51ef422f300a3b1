/** The bytes of a snapshot, written and read. Depends on codecs and the log. */
@NullMarked
package io.millrace.engine.snapshot;

import org.jspecify.annotations.NullMarked;
