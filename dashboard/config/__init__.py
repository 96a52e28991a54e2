"""What an operator writes: settings, rules, city packs, scenes, words. Knows the core only."""
