#pragma once

#include "../recording.h"

#include <string>

namespace ksqldb::server {

/// The text of a recording's file, which loadRecording() reads.
std::string recordingText(const Recording& recording);
/// Its line in INDEX.tsv, and the line above all others.
std::string indexLine(const Recording& recording);
std::string indexHead();

}  // namespace ksqldb::server
