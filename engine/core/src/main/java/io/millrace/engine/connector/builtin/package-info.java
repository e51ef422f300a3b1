/** The connectors of every distribution: files, standard streams, generated rows. Depends on codecs and the SPI. */
@NullMarked
package io.millrace.engine.connector.builtin;

import org.jspecify.annotations.NullMarked;
