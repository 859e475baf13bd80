"""Finds patient data (PHI) in text: identifiers, health vocabulary, and the pair that makes a message PHI."""
