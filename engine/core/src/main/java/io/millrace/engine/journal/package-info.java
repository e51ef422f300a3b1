/** The ring's entries kept in order: written by the journal agent, made again after a restart by the replay agent. */
@NullMarked
package io.millrace.engine.journal;

import org.jspecify.annotations.NullMarked;
