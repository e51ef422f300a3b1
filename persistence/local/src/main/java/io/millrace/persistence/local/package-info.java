/** Logs and checkpoints in files of the local machine. Depends on the engine's core and codecs alone. */
@NullMarked
package io.millrace.persistence.local;

import org.jspecify.annotations.NullMarked;
