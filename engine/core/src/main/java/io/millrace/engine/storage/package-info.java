/** Where durable bytes go: the one door between the engine and a disk. Depends on nothing of the engine. */
@NullMarked
package io.millrace.engine.storage;

import org.jspecify.annotations.NullMarked;
