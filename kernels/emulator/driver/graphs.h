// Graphs: what a capture recorded, in the order of the calls, which every order of the dependencies allows.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "streams.h"

namespace driver {

struct Graph {
    std::deque<Step> nodes;                 // their addresses are the nodes' handles

    void add(Step step) { nodes.push_back(std::move(step)); }
};

// A graph made ready to run again and again; a copy, so the graph may be destroyed.
struct GraphExec {
    std::vector<Step> steps;
};

}
