#pragma once

namespace ksqldb::test {

// After every test the threads and descriptors that it made have to be gone. Exceptions say so:

/// The tests of this suite share a server or a Client. What is left is looked for after the last.
void sharedBySuite();
/// What the process has now it has for good, in a function's static, for example.
void keptForGood();

}  // namespace ksqldb::test
