/** Rows as SBE messages, between programs. Depends on codecs alone. */
@NullMarked
package io.millrace.codecs.sbe;

import org.jspecify.annotations.NullMarked;
